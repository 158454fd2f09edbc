"""What plans promise to reach, and how far it has come."""
