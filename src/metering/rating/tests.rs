mod building;
mod golden;
mod models;
mod properties;
