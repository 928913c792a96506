"""The rooms, one noun each. A room uses rooms on lower floors only."""
