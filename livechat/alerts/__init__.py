"""Rules over boards, their evaluation, delivery; the channels by which alerts are told."""
