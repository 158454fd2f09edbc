"""Users, units, roles, permissions, sessions and the audit trail."""
