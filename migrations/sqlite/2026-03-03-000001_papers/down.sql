DROP TABLE paper_form;
DROP TABLE paper_fact;
DROP TABLE file_reading;
