DROP TABLE audit_stamp;
