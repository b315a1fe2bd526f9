CHECKS = ["keyboard", "plain"]


def run(w, d):
    return []
