"""Reading an uploaded file: guarded, in a child process with limits, never losing a row in silence."""
