"""Pledges 公开承诺: what heads of units promise in public, and how it is settled at year end."""
