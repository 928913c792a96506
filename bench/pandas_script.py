"""The same scores as a plain pandas script: python pandas_script.py BALLOTS TARGETS OUT."""

import sys
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

WEIGHTS = {
    "politics": 0.10,
    "study": 0.10,
    "targets": 0.20,
    "key_work": 0.20,
    "people": 0.20,
    "conduct": 0.20,
}


def trimmed_mean(scores):
    if len(scores) > 5:
        return (scores.sum() - scores.max() - scores.min()) / (len(scores) - 2)
    return scores.mean()


def half_up(value):
    return Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def main(ballots_path, targets_path, out_path):
    ballots = pd.read_parquet(ballots_path, columns=["ballot", "target", *WEIGHTS])
    scores = ballots.melt(
        id_vars=["ballot", "target"], var_name="dimension", value_name="score"
    ).dropna(subset=["score"])

    # A ballot whose scores are all equal is void.
    spread = scores.groupby("ballot")["score"].agg(["min", "max", "count"])
    void = spread.index[(spread["min"] == spread["max"]) & (spread["count"] >= 2)]
    valid = scores[~scores["ballot"].isin(void)]

    means = valid.groupby(["target", "dimension"], observed=True)["score"].agg(trimmed_mean)
    table = means.unstack("dimension")
    total = sum(table[name] * weight for name, weight in WEIGHTS.items())

    targets = pd.read_csv(targets_path, encoding="utf-8-sig", dtype=str)
    result = targets.set_index(targets.columns[0])
    result["score"] = total.map(half_up)
    result["rank"] = result["score"].rank(ascending=False, method="min").astype(int)
    result.sort_values("rank").to_csv(out_path)


if __name__ == "__main__":
    main(*sys.argv[1:])
