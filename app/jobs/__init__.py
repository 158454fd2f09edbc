"""Durable jobs: long work that survives a killed process, is never done twice, and can be watched and stopped."""
