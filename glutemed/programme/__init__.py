"""Decision → outcome: what is prescribed, what is asked, what comes next."""
