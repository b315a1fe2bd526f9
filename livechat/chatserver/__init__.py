"""A stand-in for Comm100 Live Chat: the vendor's Chat Server API over a simulated contact centre.

It serves the demo and the tests. It answers the API of the vendor's page "Chat Server" and knows nothing of the
dashboard: no Django, no client, no database. One process holds all its state.

`options` what an operator can choose (`Options`)
`world`   the simulated people, their reads and writes (`World`)
`api`     the WSGI application (`make_app`)
`server`  the application under gunicorn (`serve`)
"""
