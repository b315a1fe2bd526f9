"""A stand-in for Comm100 Live Chat: the vendor's Chat Server API over a simulated contact centre.

For the demo and for tests. It speaks the API of the vendor's page "Chat Server" from the other side and
knows nothing of the dashboard: no Django, no client, no database. All its state is in one process.

``options``     what an operator may choose (:class:`Options`)
``world``       the simulated people and what may be done to them (:class:`World`)
``api``         the WSGI application (:func:`make_app`)
``server``      the application under gunicorn (:func:`serve`)
"""
