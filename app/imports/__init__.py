"""Spreadsheets in: mapped, previewed, applied as one batch, undone; the refused rows back with reasons."""
