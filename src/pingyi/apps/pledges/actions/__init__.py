"""What can be done with campaigns and pledges."""

from pingyi.apps.pledges.actions.campaigns import CampaignFacts, announce, end, save_campaign
from pingyi.apps.pledges.actions.ruling import admit, give_back, publish
from pingyi.apps.pledges.actions.settling import Outcome, close, send_back, settle
from pingyi.apps.pledges.actions.writing import (
    Giver,
    Promise,
    Told,
    account,
    drop_item,
    hand_in,
    save_item,
    write,
)

__all__ = [
    "CampaignFacts",
    "Giver",
    "Outcome",
    "Promise",
    "Told",
    "account",
    "admit",
    "announce",
    "close",
    "drop_item",
    "end",
    "give_back",
    "hand_in",
    "publish",
    "save_campaign",
    "save_item",
    "send_back",
    "settle",
    "write",
]
