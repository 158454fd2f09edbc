"""What people may supply about accounts."""

from app.core.fields import Fields, Line, RequiredLine, Text


class SignIn(Fields):
    username: RequiredLine
    password: RequiredLine
    next: Line = "/"
    kept: Text = ""
