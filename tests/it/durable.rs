//! What outlives a crash: settings that are refused, keys on every request, leases of jobs, payouts that
//! rest after a jump of the clock, files that are whole.

mod files;
mod holds;
mod keys;
mod leases;
mod settings;
