"""Notices: what somebody is told, on the site and by e-mail."""
