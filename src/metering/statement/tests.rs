mod corrections;
mod cycle;
mod money;
