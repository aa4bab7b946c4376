DROP INDEX usage_void_by;
DROP TABLE usage_summed;
DROP TABLE usage_reading;
DROP TABLE usage_day_sum;
