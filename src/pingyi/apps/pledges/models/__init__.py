"""Campaigns of pledges, the pledges, and what each promises."""

from pingyi.apps.pledges.models.campaigns import Aspect, Campaign
from pingyi.apps.pledges.models.pledges import Item, Pledge

__all__ = ["Aspect", "Campaign", "Item", "Pledge"]
