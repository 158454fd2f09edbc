"""The demonstration district: invented firms and accounts, made only by `make run`."""
