"""What ``apig-cost diff`` shows; other formats show the head alone."""
