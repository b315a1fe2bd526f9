"""What pages share: responses, the fast path, caches of polls, middleware, presenters."""
