"""What holds a rulebook to its promises: cases now; hazards proved and rules compared later."""
