-- What a contract used on a day of its clock, added up so that a month is rated without reading a
-- year of events. Derived: `suanquan usage verify` works it out again.
CREATE TABLE usage_day_sum (
    contract_id BIGINT NOT NULL,
    day DATE NOT NULL,
    resource TEXT NOT NULL,
    partition_name TEXT NOT NULL,
    qos TEXT NOT NULL,
    project TEXT NOT NULL,
    quantity_ms BIGINT NOT NULL,
    PRIMARY KEY (contract_id, day, resource, partition_name, qos, project)
);

-- Readings of gauges and counters, which only mean something in their series.
CREATE TABLE usage_reading (
    contract_id BIGINT NOT NULL,
    shard BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (contract_id, shard, seq)
);

-- How far each shard's chain stands in these two tables.
CREATE TABLE usage_summed (
    shard BIGINT PRIMARY KEY NOT NULL,
    seq BIGINT NOT NULL
);

CREATE INDEX usage_void_by ON usage_void (by_shard, by_seq);
