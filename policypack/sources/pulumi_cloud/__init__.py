"""Stacks whose state Pulumi Cloud holds, or a service of one's own with the same interface.

``read`` gives the stacks of an address; ``service`` speaks to the service.
"""
