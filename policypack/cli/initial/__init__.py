"""What ``apig-cost init`` looks at and writes."""
