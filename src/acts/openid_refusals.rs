//! Why a sign-in by the provider did not come about: a code for the trail, and words that say what to do.

use super::{ActError, Refusal};
use crate::codes::codes;
use crate::lang::Text;

codes! {
    /// Why somebody was not let in, or did not prove anew who they are.
    Why {
        /// We never asked that.
        UnknownState = "openid_unknown_state",
        ReplayedState = "openid_replayed_state",
        ExpiredState = "openid_expired_state",
        /// The sign-in began in another browser.
        OtherBrowser = "openid_other_browser",
        /// The person, or the provider, said no.
        Declined = "openid_declined",
        /// Signature, issuer, audience, time or nonce of the answer.
        Untrusted = "openid_untrusted",
        UnverifiedAddress = "openid_unverified_address",
        NoAccount = "openid_no_account",
        NotStaff = "openid_not_staff",
        InvitationOpen = "openid_invitation_open",
        Closed = "openid_closed",
        /// The account belongs to another subject of this provider.
        OtherSubject = "openid_other_subject",
        /// A fresh proof that is an old one.
        OldProof = "openid_old_proof",
        /// A fresh proof without a second factor.
        WeakProof = "openid_weak_proof",
        /// A fresh proof of somebody else.
        OtherPerson = "openid_other_person",
    }
}

impl Why {
    /// For the person: what is wrong, and what to do about it.
    #[must_use]
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Why::UnknownState | Why::OtherBrowser => (
                "这次登录不是在这个浏览器里开始的，没有生效。请在这里重新点击登录按钮。",
                "This sign-in was not begun in this browser, so it has no effect. Press the button here to begin anew.",
            ),
            Why::ReplayedState => (
                "这个登录链接已经用过，每个只能用一次。如果还没有登录，请重新点击登录按钮。",
                "This sign-in was used before, and each works once. If you are not signed in, press the button to begin anew.",
            ),
            Why::ExpiredState => (
                "在认证页面停留超过了 10 分钟，这次登录已失效。请重新点击登录按钮。",
                "The sign-in took more than ten minutes and is void. Press the button to begin anew.",
            ),
            Why::Declined => (
                "统一身份认证没有让您登录，可能是您取消了，或该系统没有给您开通。请重试，或用邮箱和密码登录。",
                "The single sign-on did not let you in: you cancelled, or it does not know you for this site. Try again, or use your address and password.",
            ),
            Why::Untrusted => (
                "统一身份认证的答复没有通过核验，没有登录。请重新点击登录按钮；如果再次出现，请告诉系统管理员。",
                "The answer of the single sign-on did not pass the checks, so you are not signed in. Begin anew; if it happens again, tell the system administrator.",
            ),
            Why::UnverifiedAddress => (
                "统一身份认证没有确认您的邮箱，无法与工作人员账号对应。请先在那里验证邮箱，再来登录。",
                "The single sign-on has not verified your e-mail address, so no account can be found by it. Verify the address there first, then sign in.",
            ),
            Why::NoAccount => (
                "您的邮箱在这里没有工作人员账号。请联系安全管理员开通，开通后再用统一身份认证登录。",
                "No account of staff has your e-mail address. Ask the security administrator for one, then sign in again.",
            ),
            Why::NotStaff => (
                "统一身份认证只供工作人员使用。企业和服务机构请用邮箱和密码登录。",
                "The single sign-on is for staff only. Enterprises and providers sign in with address and password.",
            ),
            Why::InvitationOpen => (
                "您的账号还没有启用。请先打开邀请邮件里的链接，再用统一身份认证登录；链接过期请联系安全管理员重发。",
                "Your account is not in use yet. Open the link of your invitation first; if it is too old, ask the security administrator for another.",
            ),
            Why::Closed => (
                "您的账号已停用，不能登录。如有疑问，请联系安全管理员。",
                "Your account is closed, so you cannot sign in. Ask the security administrator if you have questions.",
            ),
            Why::OtherSubject => (
                "您的账号已与统一身份认证的另一个用户绑定。如果您在那里换了用户，请联系安全管理员解除绑定，再来登录。",
                "Your account is linked with another user of the single sign-on. If yours was replaced there, ask the security administrator to remove the link, then sign in again.",
            ),
            Why::OldProof => (
                "统一身份认证没有重新核对您的身份，这一步没有办理。请重试，并在那里重新登录。",
                "The single sign-on did not ask you anew, so nothing was done. Try again and sign in there once more.",
            ),
            Why::WeakProof => (
                "统一身份认证没有要求第二重验证，不足以办理这一步。请在那里启用第二重验证后重试。",
                "The single sign-on did not ask for a second factor, which this step needs. Set one up there, then try again.",
            ),
            Why::OtherPerson => (
                "在统一身份认证登录的不是您本人的用户，这一步没有办理。请用您自己的用户重试。",
                "Somebody else signed in at the single sign-on, so nothing was done. Try again with your own user there.",
            ),
        };
        Text::new(zh, en)
    }
}

impl From<Why> for ActError {
    fn from(why: Why) -> ActError {
        ActError::Refused(vec![Refusal { code: why.as_str(), field: None, text: why.text() }])
    }
}
