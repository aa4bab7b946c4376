DROP TABLE openid_attempt;
DROP TABLE openid_link;
