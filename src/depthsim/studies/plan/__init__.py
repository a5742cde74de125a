"""Plans: which reforms for which items, exactly, under a budget and targets; the curve of gain against cost."""
