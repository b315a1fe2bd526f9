"""Comm100's Chat Server API from the caller's side: a leaf that knows neither Django nor the product.

`client.Client` makes the calls, `records` says what comes back, `errors` what can go wrong, `credentials`
who asks. Source of the contract: the vendor's page "Chat Server" (six endpoints) and its introduction to the API.
"""
