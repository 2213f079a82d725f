"""The process that plans."""

from hotline_sessions.gateways.planner.process import answer_order


if __name__ == "__main__":
    answer_order()
