"""Attachments: files that belong to things of other rooms."""
