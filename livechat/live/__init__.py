"""The present: snapshots, their refresh, the call budget and the boards made of them."""
