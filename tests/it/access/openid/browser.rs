//! The button, pressed.

use thirtyfour::prelude::*;

use super::*;
use crate::harness::browser::in_browser;

#[test]
fn staff_press_the_button_sign_in_over_there_and_come_back_signed_in() {
    let db = TestDb::sqlite();
    let ways = Ways { factor: "required", settings: "second_factor = \"provider\"" };
    let town = Town::new(&db, ways, &json!({}));
    in_browser("openid", async |browser| {
        let driver = &browser.driver;
        browser.goto(&town.server.url("/view?lang=zh-CN&back=/login")).await;
        browser.assert_accessible().await;
        browser.screenshot("openid-login").await;
        browser.goto(&town.server.url("/view?lang=en&back=/login")).await;
        browser.screenshot("openid-login-en").await;
        browser.goto(&town.server.url("/view?lang=zh-CN&back=/login")).await;
        driver.find(By::Css("form[action='/login/openid'] button")).await.unwrap().click().await.unwrap();
        let sign_in = async |sub: &str| {
            for (name, value) in [("sub", sub), ("email", ADMIN), ("amr", "pwd otp")] {
                let field = driver.query(By::Name(name)).first().await.unwrap();
                field.clear().await.unwrap();
                field.send_keys(value).await.unwrap();
            }
            driver.find(By::Css("button")).await.unwrap().click().await.unwrap();
        };
        sign_in("").await;
        driver.query(By::Css("form[action='/login/openid']")).first().await.unwrap();
        assert!(browser.text().await.contains("没有让您登录"));
        browser.assert_accessible().await;
        browser.screenshot("openid-refused").await;
        driver.find(By::Css("form[action='/login/openid'] button")).await.unwrap().click().await.unwrap();
        sign_in("7f3a").await;
        driver.query(By::Css("form[action='/logout']")).first().await.unwrap();
        assert!(driver.current_url().await.unwrap().as_str().ends_with("/admin"));

        db.run_sql("UPDATE session SET confirmed_at = '2020-01-01 00:00:00'");
        browser.goto(&town.server.url("/account/second-factor")).await;
        browser.assert_accessible().await;
        browser.screenshot("openid-confirm").await;
        driver.find(By::Css("form[action='/account/confirm/openid'] button")).await.unwrap().click().await.unwrap();
        sign_in("7f3a").await;
        driver.query(By::Css("svg.qr")).first().await.unwrap();
    });
}
