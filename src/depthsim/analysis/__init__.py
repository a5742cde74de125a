"""What is known without running: visits, levels with proofs, soundness, exact means and loads."""
