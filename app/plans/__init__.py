"""一企一策: what one firm is to do to reach the next rung, who does it by when, and whether it was done."""
