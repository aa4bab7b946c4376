//! The words of letters about accounts and bank accounts, in both languages. Pure.

use crate::application::letters::Letter;
use crate::lang::Lang;

fn letter(lang: Lang, to: &str, subject: &str, text: &str) -> Letter {
    let body = match lang {
        Lang::Zh => format!("{to}：\n\n{text}\n\n算券 · 科技创新券兑付服务\n本邮件由系统发出，请勿直接回复。\n"),
        Lang::En => {
            format!("To {to}\n\n{text}\n\nSuanquan · innovation vouchers\nThis letter was sent by the system; please do not reply.\n")
        }
    };
    Letter { subject: lang.pick(format!("[算券] {subject}"), format!("[Suanquan] {subject}")), body }
}

/// The first letter after a registration.
#[must_use]
pub fn confirm_email(to: &str, enterprise: &str, link: &str, lang: Lang) -> Letter {
    match lang {
        Lang::Zh => letter(
            lang,
            to,
            "请确认您的邮箱",
            &format!(
                "您为「{enterprise}」注册了算券。请在 48 小时内打开下面的链接，确认这个邮箱由您使用：\n\n{link}\n\n如果不是您注册的，不用理会这封邮件；没有确认的注册不会生效。"
            ),
        ),
        Lang::En => letter(
            lang,
            to,
            "please confirm your address",
            &format!(
                "You registered {enterprise} with Suanquan. Please open this link within 48 hours to confirm that the address is yours:\n\n{link}\n\nIf it was not you, ignore this letter: a registration that is not confirmed has no effect."
            ),
        ),
    }
}

/// Somebody registered, or was invited, with an address that has an account.
#[must_use]
pub fn address_is_known(to: &str, enterprise: &str, forgot: &str, lang: Lang) -> Letter {
    match lang {
        Lang::Zh => letter(
            lang,
            to,
            "您的邮箱已有账号",
            &format!(
                "刚才有人用这个邮箱为「{enterprise}」注册或接受邀请。这个邮箱已有算券账号，一个邮箱只能属于一个单位，所以没有新建账号。\n\n如果是您本人，请直接登录；忘记密码可在这里重设：\n\n{forgot}\n\n要加入另一家企业，请换一个邮箱。如果不是您本人，不用理会这封邮件。"
            ),
        ),
        Lang::En => letter(
            lang,
            to,
            "your address has an account already",
            &format!(
                "Somebody has just used this address to register or to be invited for {enterprise}. The address has a Suanquan account already, and one address belongs to one organisation, so no new account was made.\n\nIf it was you, please sign in; a forgotten password is reset here:\n\n{forgot}\n\nTo join another enterprise use another address. If it was not you, ignore this letter."
            ),
        ),
    }
}

/// The link for a new password.
#[must_use]
pub fn reset_password(to: &str, link: &str, lang: Lang) -> Letter {
    match lang {
        Lang::Zh => letter(
            lang,
            to,
            "设置新密码",
            &format!("请在 30 分钟内打开下面的链接设置新密码：\n\n{link}\n\n如果不是您本人申请的，不用理会这封邮件，原密码继续有效。"),
        ),
        Lang::En => letter(
            lang,
            to,
            "choose a new password",
            &format!(
                "Please open this link within 30 minutes to choose a new password:\n\n{link}\n\nIf you did not ask for it, ignore this letter; your password stays as it is."
            ),
        ),
    }
}

/// After the password was changed.
#[must_use]
pub fn password_changed(to: &str, forgot: &str, lang: Lang) -> Letter {
    match lang {
        Lang::Zh => letter(
            lang,
            to,
            "密码已更改",
            &format!("您的密码刚刚更改，其他设备上的登录都已退出。如果不是您本人操作，请立即重设密码并联系专班：\n\n{forgot}"),
        ),
        Lang::En => letter(
            lang,
            to,
            "your password was changed",
            &format!(
                "Your password has just been changed and all other sessions were ended. If it was not you, reset it at once and tell the task force:\n\n{forgot}"
            ),
        ),
    }
}

/// A colleague, or the administrator, invites somebody.
#[must_use]
pub fn invitation(to: &str, inviter: &str, organisation: &str, link: &str, lang: Lang) -> Letter {
    match lang {
        Lang::Zh => letter(
            lang,
            to,
            &format!("{inviter} 邀请您使用算券"),
            &format!(
                "{inviter} 邀请您以「{organisation}」的身份使用算券。请在 7 天内打开下面的链接，设置密码后即可登录：\n\n{link}\n\n如果您不认识邀请人，不用理会这封邮件。"
            ),
        ),
        Lang::En => letter(
            lang,
            to,
            &format!("{inviter} invites you"),
            &format!(
                "{inviter} invites you to use Suanquan for {organisation}. Please open this link within 7 days and choose a password to sign in:\n\n{link}\n\nIf you do not know who invites you, ignore this letter."
            ),
        ),
    }
}

/// A change of a bank account, in words that show no full number.
#[derive(Clone, Copy, Debug)]
pub struct BankNews<'a> {
    pub enterprise: &'a str,
    pub who: &'a str,
    /// Bank and last digits.
    pub old: &'a str,
    pub new: &'a str,
    pub link: &'a str,
}

/// The first bank account of an enterprise was entered.
#[must_use]
pub fn bank_entered(to: &str, news: &BankNews<'_>, lang: Lang) -> Letter {
    let BankNews { enterprise, who, new, link, .. } = news;
    match lang {
        Lang::Zh => letter(
            lang,
            to,
            "收款账户已登记",
            &format!("{who} 为「{enterprise}」登记了收款账户：{new}。补贴将拨付到这个账户。如有不对，请更改：\n\n{link}"),
        ),
        Lang::En => letter(
            lang,
            to,
            "bank account entered",
            &format!(
                "{who} entered the bank account of {enterprise}: {new}. Subsidies are paid to it. If it is wrong, change it here:\n\n{link}"
            ),
        ),
    }
}

/// A change waits for the confirmation of somebody who was there before it.
#[must_use]
pub fn bank_change_asked(to: &str, news: &BankNews<'_>, lang: Lang) -> Letter {
    let BankNews { enterprise, who, old, new, link } = news;
    match lang {
        Lang::Zh => letter(
            lang,
            to,
            "请确认收款账户变更",
            &format!(
                "{who} 申请变更「{enterprise}」的收款账户。\n\n原账户：{old}\n新账户：{new}\n\n在确认之前，补贴仍拨付到原账户。请先与同事核实，再于 24 小时内打开链接确认或拒绝：\n\n{link}"
            ),
        ),
        Lang::En => letter(
            lang,
            to,
            "please confirm the change of the bank account",
            &format!(
                "{who} asks to change the bank account of {enterprise}.\n\nUntil now: {old}\nNew: {new}\n\nUntil it is confirmed, subsidies go to the old account. Please check with your colleagues, then open this link within 24 hours to confirm or refuse:\n\n{link}"
            ),
        ),
    }
}

/// A change was confirmed.
#[must_use]
pub fn bank_changed(to: &str, news: &BankNews<'_>, lang: Lang) -> Letter {
    let BankNews { enterprise, who, old, new, link } = news;
    match lang {
        Lang::Zh => letter(
            lang,
            to,
            "收款账户已变更",
            &format!(
                "{who} 确认了「{enterprise}」收款账户的变更。\n\n原账户：{old}\n现账户：{new}\n\n如果这不是贵单位的意思，请立即联系专班，并查看：\n\n{link}"
            ),
        ),
        Lang::En => letter(
            lang,
            to,
            "bank account changed",
            &format!(
                "{who} confirmed the change of the bank account of {enterprise}.\n\nUntil now: {old}\nFrom now on: {new}\n\nIf your enterprise did not want this, tell the task force at once and look at:\n\n{link}"
            ),
        ),
    }
}

/// A change was refused, or taken back.
#[must_use]
pub fn bank_change_refused(to: &str, news: &BankNews<'_>, lang: Lang) -> Letter {
    let BankNews { enterprise, who, old, new, link } = news;
    match lang {
        Lang::Zh => letter(
            lang,
            to,
            "收款账户没有变更",
            &format!(
                "{who} 拒绝或撤回了「{enterprise}」收款账户的变更（{new}）。补贴继续拨付到原账户：{old}。\n\n如果有人冒用贵单位账号，请尽快更改密码：\n\n{link}"
            ),
        ),
        Lang::En => letter(
            lang,
            to,
            "bank account not changed",
            &format!(
                "{who} refused or took back the change of the bank account of {enterprise} ({new}). Subsidies go on to the old account: {old}.\n\nIf somebody misuses an account of yours, change the password soon:\n\n{link}"
            ),
        ),
    }
}

/// An account was closed or opened again.
#[must_use]
pub fn account_closed(to: &str, by: &str, closed: bool, lang: Lang) -> Letter {
    match (lang, closed) {
        (Lang::Zh, true) => {
            letter(lang, to, "您的账号已停用", &format!("{by} 停用了您的算券账号，所有登录都已退出。如有疑问，请联系对方。"))
        }
        (Lang::Zh, false) => letter(lang, to, "您的账号已恢复", &format!("{by} 恢复了您的算券账号，您可以用原密码登录。")),
        (Lang::En, true) => letter(
            lang,
            to,
            "your account was closed",
            &format!("{by} closed your Suanquan account and all sessions were ended. Please ask them if you have questions."),
        ),
        (Lang::En, false) => letter(
            lang,
            to,
            "your account is open again",
            &format!("{by} opened your Suanquan account again; you can sign in with your old password."),
        ),
    }
}

/// The rights of a member of staff changed.
#[must_use]
pub fn rights_changed(to: &str, by: &str, rights: &str, lang: Lang) -> Letter {
    match lang {
        Lang::Zh => letter(lang, to, "您的权限已变更", &format!("{by} 变更了您在算券的权限。现在的权限：{rights}。请重新登录。")),
        Lang::En => letter(
            lang,
            to,
            "your rights were changed",
            &format!("{by} changed your rights in Suanquan. You now hold: {rights}. Please sign in again."),
        ),
    }
}

/// The second factor of an account was set up, or replaced by another.
#[must_use]
pub fn second_factor_set(to: &str, lang: Lang) -> Letter {
    match lang {
        Lang::Zh => letter(
            lang,
            to,
            "动态口令已启用",
            "您的算券账号刚刚绑定了动态口令，其他地方的登录都已退出。如果不是您本人操作，请立即联系安全管理员。",
        ),
        Lang::En => letter(
            lang,
            to,
            "second factor set up",
            "A second factor has just been set up for your Suanquan account, and all other sessions were ended. If it was not you, tell the security administrator at once.",
        ),
    }
}

/// The second factor of an account was taken away.
#[must_use]
pub fn second_factor_removed(to: &str, by: &str, lang: Lang) -> Letter {
    match lang {
        Lang::Zh => letter(
            lang,
            to,
            "动态口令已取消",
            &format!("{by} 取消了您算券账号的动态口令和恢复码。如果不是您要求的，请立即联系安全管理员。"),
        ),
        Lang::En => letter(
            lang,
            to,
            "second factor taken away",
            &format!(
                "{by} took away the second factor of your Suanquan account and its recovery codes. If you did not ask for it, tell the security administrator at once."
            ),
        ),
    }
}

/// An account was used by an account of the provider for the first time.
#[must_use]
pub fn provider_linked(to: &str, provider: &str, lang: Lang) -> Letter {
    match lang {
        Lang::Zh => letter(
            lang,
            to,
            "账号已与统一身份认证绑定",
            &format!(
                "您的算券账号刚刚首次通过统一身份认证（{provider}）登录，今后可以用它登录。如果不是您本人操作，请立即联系安全管理员。"
            ),
        ),
        Lang::En => letter(
            lang,
            to,
            "linked with the single sign-on",
            &format!(
                "Your Suanquan account was just entered by the single sign-on ({provider}) for the first time; from now on it opens the account. If it was not you, tell the security administrator at once."
            ),
        ),
    }
}

/// The link with an account of the provider was taken away.
#[must_use]
pub fn provider_unlinked(to: &str, by: &str, lang: Lang) -> Letter {
    match lang {
        Lang::Zh => letter(
            lang,
            to,
            "与统一身份认证的绑定已解除",
            &format!("{by} 解除了您算券账号与统一身份认证的绑定，所有登录都已退出。如果不是您要求的，请立即联系安全管理员。"),
        ),
        Lang::En => letter(
            lang,
            to,
            "link with the single sign-on removed",
            &format!(
                "{by} removed the link between your Suanquan account and the single sign-on, and all sessions were ended. If you did not ask for it, tell the security administrator at once."
            ),
        ),
    }
}

#[cfg(test)]
mod tests;
