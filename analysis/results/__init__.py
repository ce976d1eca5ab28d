"""What a question is answered with: one module a result, frozen values without a sentence."""
