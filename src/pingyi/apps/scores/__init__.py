"""Scores 得分: compute, check, sign, freeze, publish; determinations and objections."""
