"""The client of Comm100's Chat Server API; it knows neither Django nor the product.

`client.Client` makes the calls. `records` holds what comes back, `errors` what can go wrong, `credentials` the ways to
sign in. The contract is the vendor's page "Chat Server" (six endpoints) and the vendor's introduction to the API.
"""
