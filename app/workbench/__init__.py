"""The rule workbench: drafts of rules, their way through review, and what is known before they are published."""
