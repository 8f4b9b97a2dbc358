-- The tables of TempMon. The readings are cut into months: the table has no rows of its own.

CREATE TABLE appliance (
  uuid UUID DEFAULT uuidv7() NOT NULL,
  name TEXT NOT NULL,
  kind TEXT DEFAULT 'cooler' NOT NULL,
  location TEXT,
  picture_uuid UUID,
  thumbnail_uuid UUID,
  active BOOLEAN DEFAULT 'true' NOT NULL,
  notes TEXT,
  CONSTRAINT pk_appliance PRIMARY KEY (uuid),
  CONSTRAINT ck_appliance_kind_known CHECK (kind IN ('cooler', 'freezer', 'walk_in_cooler', 'walk_in_freezer', 'display_case', 'hot_case', 'room', 'other')),
  CONSTRAINT ck_appliance_picture_whole CHECK ((picture_uuid IS NULL) = (thumbnail_uuid IS NULL)),
  CONSTRAINT uq_appliance_name UNIQUE (name)
);
CREATE INDEX ix_appliance_kind ON appliance (kind);
COMMENT ON TABLE appliance IS 'Coolers, freezers and the like.';
COMMENT ON COLUMN appliance.picture_uuid IS 'A stored_file of the core database, which no foreign key reaches: it is kept before it is named, a sweep of files asks here, and a page without it shows no picture';
COMMENT ON COLUMN appliance.thumbnail_uuid IS 'The same, small; as picture_uuid';

CREATE TABLE client (
  uuid UUID DEFAULT uuidv7() NOT NULL,
  key TEXT NOT NULL,
  hostname TEXT NOT NULL,
  location TEXT,
  disk_kind TEXT,
  time_zone TEXT,
  delay_seconds INTEGER DEFAULT '60' NOT NULL,
  enabled_since TIMESTAMP WITH TIME ZONE,
  last_seen_at TIMESTAMP WITH TIME ZONE,
  archived BOOLEAN DEFAULT 'false' NOT NULL,
  notes TEXT,
  CONSTRAINT pk_client PRIMARY KEY (uuid),
  CONSTRAINT ck_client_disk_kind_known CHECK (disk_kind IN ('sd', 'usb', 'internal')),
  CONSTRAINT ck_client_delay_seconds_positive CHECK (delay_seconds > 0),
  CONSTRAINT uq_client_key UNIQUE (key)
);
COMMENT ON TABLE client IS 'Small computers that read probes.';
COMMENT ON COLUMN client.key IS 'Its name in configurations';
COMMENT ON COLUMN client.time_zone IS 'IANA name, for the hours of defrosting; none: that of the settings';
COMMENT ON COLUMN client.delay_seconds IS 'Between two readings of a probe';
COMMENT ON COLUMN client.enabled_since IS 'None: it is not watched';
COMMENT ON COLUMN client.last_seen_at IS 'When a reading of it last came';

CREATE TABLE reading (
  probe_uuid UUID NOT NULL,
  taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
  celsius NUMERIC(7, 3) NOT NULL,
  received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_reading PRIMARY KEY (probe_uuid, taken_at)
)
 PARTITION BY RANGE (taken_at);
CREATE INDEX ix_reading_taken_at ON reading (taken_at);
COMMENT ON TABLE reading IS 'Temperatures measured, one a probe and moment; a partition a month.';
COMMENT ON COLUMN reading.probe_uuid IS 'No foreign key: a month leaves in one step';
COMMENT ON COLUMN reading.celsius IS 'With its calibration';
COMMENT ON COLUMN reading.received_at IS 'Later than taken_at when a network was down';

CREATE TABLE reading_hour (
  probe_uuid UUID NOT NULL,
  began_at TIMESTAMP WITH TIME ZONE NOT NULL,
  readings INTEGER NOT NULL,
  minimum NUMERIC(7, 3) NOT NULL,
  average NUMERIC(7, 3) NOT NULL,
  maximum NUMERIC(7, 3) NOT NULL,
  CONSTRAINT pk_reading_hour PRIMARY KEY (probe_uuid, began_at)
);
CREATE INDEX ix_reading_hour_began_at ON reading_hour (began_at);
COMMENT ON TABLE reading_hour IS 'Readings by probe and hour; they stay when the readings of a month go.';

CREATE TABLE readings_archive (
  month DATE NOT NULL,
  detached_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  readings BIGINT NOT NULL,
  archive TEXT,
  CONSTRAINT pk_readings_archive PRIMARY KEY (month)
);
COMMENT ON TABLE readings_archive IS 'Months that were taken out of the readings.';
COMMENT ON COLUMN readings_archive.month IS 'Its first day';
COMMENT ON COLUMN readings_archive.archive IS 'The folder of its files; none: still in the schema archive';

CREATE TABLE readings_to_refresh (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  probe_uuid UUID NOT NULL,
  began_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_readings_to_refresh PRIMARY KEY (id)
);
COMMENT ON TABLE readings_to_refresh IS 'Hours of probes whose sums are out of date.';

CREATE TABLE defrost_window (
  uuid UUID DEFAULT uuidv7() NOT NULL,
  appliance_uuid UUID NOT NULL,
  weekday SMALLINT,
  start_time TIME WITHOUT TIME ZONE NOT NULL,
  minutes INTEGER NOT NULL,
  CONSTRAINT pk_defrost_window PRIMARY KEY (uuid),
  CONSTRAINT ck_defrost_window_weekday_iso CHECK (weekday BETWEEN 1 AND 7),
  CONSTRAINT ck_defrost_window_minutes_up_to_half_a_day CHECK (minutes BETWEEN 1 AND 720),
  CONSTRAINT uq_defrost_window_appliance_uuid_weekday_start_time UNIQUE NULLS NOT DISTINCT (appliance_uuid, weekday, start_time),
  CONSTRAINT fk_defrost_window_appliance_uuid FOREIGN KEY(appliance_uuid) REFERENCES appliance (uuid) ON DELETE CASCADE
);
COMMENT ON TABLE defrost_window IS 'Times of the week in which warm is no alarm.';
COMMENT ON COLUMN defrost_window.weekday IS '1 is Monday (ISO 8601); none: every day';
COMMENT ON COLUMN defrost_window.minutes IS 'How long; it may go beyond midnight';

CREATE TABLE probe (
  uuid UUID DEFAULT uuidv7() NOT NULL,
  client_uuid UUID NOT NULL,
  appliance_uuid UUID,
  key TEXT NOT NULL,
  description TEXT NOT NULL,
  location TEXT,
  device_path TEXT,
  enabled_since TIMESTAMP WITH TIME ZONE,
  critical_min NUMERIC(7, 3),
  good_min NUMERIC(7, 3),
  good_max NUMERIC(7, 3),
  critical_max NUMERIC(7, 3),
  critical_low_delay INTEGER DEFAULT '0' NOT NULL,
  low_delay INTEGER DEFAULT '0' NOT NULL,
  high_delay INTEGER DEFAULT '0' NOT NULL,
  critical_high_delay INTEGER DEFAULT '0' NOT NULL,
  error_delay INTEGER DEFAULT '0' NOT NULL,
  repeat_minutes INTEGER,
  notes TEXT,
  state TEXT,
  state_since TIMESTAMP WITH TIME ZONE,
  last_celsius NUMERIC(7, 3),
  last_taken_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_probe PRIMARY KEY (uuid),
  CONSTRAINT ck_probe_state_known CHECK (state IN ('good', 'low', 'high', 'critical_low', 'critical_high', 'error', 'offline')),
  CONSTRAINT ck_probe_good_min_below_good_max CHECK (good_min < good_max),
  CONSTRAINT ck_probe_critical_min_below_critical_max CHECK (critical_min < critical_max),
  CONSTRAINT ck_probe_critical_min_outside_good CHECK (critical_min <= good_min),
  CONSTRAINT ck_probe_critical_max_outside_good CHECK (critical_max >= good_max),
  CONSTRAINT ck_probe_critical_low_delay_not_negative CHECK (critical_low_delay >= 0),
  CONSTRAINT ck_probe_low_delay_not_negative CHECK (low_delay >= 0),
  CONSTRAINT ck_probe_high_delay_not_negative CHECK (high_delay >= 0),
  CONSTRAINT ck_probe_critical_high_delay_not_negative CHECK (critical_high_delay >= 0),
  CONSTRAINT ck_probe_error_delay_not_negative CHECK (error_delay >= 0),
  CONSTRAINT ck_probe_repeat_minutes_positive CHECK (repeat_minutes > 0),
  CONSTRAINT ck_probe_state_has_since CHECK ((state IS NULL) = (state_since IS NULL)),
  CONSTRAINT fk_probe_client_uuid FOREIGN KEY(client_uuid) REFERENCES client (uuid),
  CONSTRAINT fk_probe_appliance_uuid FOREIGN KEY(appliance_uuid) REFERENCES appliance (uuid),
  CONSTRAINT uq_probe_key UNIQUE (key)
);
CREATE INDEX ix_probe_appliance_uuid ON probe (appliance_uuid);
CREATE INDEX ix_probe_client_uuid ON probe (client_uuid);
CREATE INDEX ix_probe_state_since ON probe (state, state_since);
COMMENT ON TABLE probe IS 'Thermometers, with the limits that they must keep.';
COMMENT ON COLUMN probe.key IS 'Its name in configurations';
COMMENT ON COLUMN probe.location IS 'Where in the appliance';
COMMENT ON COLUMN probe.device_path IS 'The file that the client reads, as /sys/bus/w1/devices/28-0/w1_slave';
COMMENT ON COLUMN probe.enabled_since IS 'None: it is not watched';
COMMENT ON COLUMN probe.repeat_minutes IS 'An alert comes again after so long';
COMMENT ON COLUMN probe.state IS 'None: nothing is known yet';
COMMENT ON COLUMN probe.last_celsius IS 'The newest reading, by its moment';

CREATE TABLE calibration (
  uuid UUID DEFAULT uuidv7() NOT NULL,
  probe_uuid UUID NOT NULL,
  calibrated_on DATE NOT NULL,
  offset_celsius NUMERIC(6, 3) NOT NULL,
  calibrated_by TEXT,
  notes TEXT,
  CONSTRAINT pk_calibration PRIMARY KEY (uuid),
  CONSTRAINT uq_calibration_probe_uuid_calibrated_on UNIQUE (probe_uuid, calibrated_on),
  CONSTRAINT ck_calibration_offset_plausible CHECK (abs(offset_celsius) <= 20),
  CONSTRAINT fk_calibration_probe_uuid FOREIGN KEY(probe_uuid) REFERENCES probe (uuid) ON DELETE CASCADE
);
COMMENT ON TABLE calibration IS 'What is added to readings of a probe, from a day on.';
COMMENT ON COLUMN calibration.offset_celsius IS 'Added to what the probe says';

CREATE TABLE probe_state (
  uuid UUID DEFAULT uuidv7() NOT NULL,
  probe_uuid UUID NOT NULL,
  state TEXT NOT NULL,
  began_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  noted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  alerted_at TIMESTAMP WITH TIME ZONE,
  incident_uuid UUID,
  CONSTRAINT pk_probe_state PRIMARY KEY (uuid),
  CONSTRAINT ck_probe_state_state_known CHECK (state IN ('good', 'low', 'high', 'critical_low', 'critical_high', 'error', 'offline')),
  CONSTRAINT uq_probe_state_probe_uuid_began_at UNIQUE (probe_uuid, began_at),
  CONSTRAINT ck_probe_state_ends_after_start CHECK (ended_at > began_at),
  CONSTRAINT fk_probe_state_probe_uuid FOREIGN KEY(probe_uuid) REFERENCES probe (uuid) ON DELETE CASCADE
);
CREATE INDEX ix_probe_state_began_at ON probe_state (began_at);
CREATE INDEX ix_probe_state_incident_uuid ON probe_state (incident_uuid);
CREATE UNIQUE INDEX uq_probe_state_open ON probe_state (probe_uuid) WHERE ended_at IS NULL;
COMMENT ON TABLE probe_state IS 'The states that probes were in, one after the other.';
COMMENT ON COLUMN probe_state.ended_at IS 'None: it still is';
COMMENT ON COLUMN probe_state.noted_at IS 'When we knew, as readings may come late';
COMMENT ON COLUMN probe_state.alerted_at IS 'When people last heard of it';
COMMENT ON COLUMN probe_state.incident_uuid IS 'The incident that it opened, in the core database';
