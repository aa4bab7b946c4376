//! What a child may no longer ask of the system once it has said goodbye to the world: a file made by
//! an attacker that takes over a parser finds neither network nor files nor other programs.

use std::collections::BTreeMap;

use seccompiler::{SeccompAction, SeccompFilter, TargetArch};

/// Calls that a parser never needs: it reads a stream that is open already, and writes to another.
const REFUSED: &[libc::c_long] = &[
    // The network, also within the machine.
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    // Files, to read and to change.
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_open_by_handle_at,
    libc::SYS_unlinkat,
    libc::SYS_renameat2,
    libc::SYS_mkdirat,
    libc::SYS_mknodat,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_truncate,
    libc::SYS_fchmodat,
    libc::SYS_fchownat,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_chroot,
    libc::SYS_pivot_root,
    // Other programs and processes.
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_clone,
    libc::SYS_clone3,
    libc::SYS_kill,
    libc::SYS_pidfd_send_signal,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_setns,
    libc::SYS_unshare,
    // Doors into the kernel that parsers have no use for.
    libc::SYS_bpf,
    libc::SYS_io_uring_setup,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_init_module,
    libc::SYS_finit_module,
];

/// Older names of the same calls, which only this processor has.
#[cfg(target_arch = "x86_64")]
const REFUSED_OLDER: &[libc::c_long] = &[
    libc::SYS_open,
    libc::SYS_creat,
    libc::SYS_unlink,
    libc::SYS_rename,
    libc::SYS_renameat,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_mknod,
    libc::SYS_link,
    libc::SYS_symlink,
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_lchown,
    libc::SYS_fork,
    libc::SYS_vfork,
];
#[cfg(not(target_arch = "x86_64"))]
const REFUSED_OLDER: &[libc::c_long] = &[libc::SYS_renameat];

/// Why the doors could not be closed.
#[derive(Debug, thiserror::Error)]
pub enum JailFault {
    #[error("the system does not limit a reading process: {0}")]
    Limits(#[from] std::io::Error),
    #[error("the calls of a reading process cannot be limited on this processor or system: {0}")]
    Filter(#[from] seccompiler::BackendError),
    #[error("the system does not limit the calls of a reading process: {0}")]
    Apply(#[from] seccompiler::Error),
}

/// From here on every refused call answers "not permitted"; there is no way back.
///
/// # Errors
/// A processor that the filter does not know, or a kernel without one.
pub fn close_doors() -> Result<(), JailFault> {
    let not_permitted = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let refused: BTreeMap<i64, _> = REFUSED.iter().chain(REFUSED_OLDER).map(|call| (*call, Vec::new())).collect();
    let filter = SeccompFilter::new(refused, SeccompAction::Allow, not_permitted, TargetArch::try_from(std::env::consts::ARCH)?)?;
    let program: seccompiler::BpfProgram = filter.try_into()?;
    Ok(seccompiler::apply_filter(&program)?)
}
