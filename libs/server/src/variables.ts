import { fileVariable } from './config.ts'

/** The purpose of an environment variable, in words; its setting has the accepted values. */
interface Variable {
  readonly means: string
  readonly unit?: 'bytes' | 'bytes a second' | 'milliseconds' | 'seconds' | 'days' | 'percent'
  /** Whether it may contain a password. */
  readonly isSecret?: true
}

/**
 * Every variable that a process or the command line reads. `assay config --explain` and docs/configuration.md show it, and a
 * process that starts reports variables of its environment that are not here.
 */
export const variables: Readonly<Record<string, Variable>> = {
  DATABASE_URL: {
    means:
      'PostgreSQL 15 or newer. Each service has a separate login ("assay logins create") and refuses a login with more rights; the command line and "npm start" use the owner\'s. "?host=/run/postgresql" uses the socket file there.',
    isSecret: true,
  },
  ASSAY_ANSWER_CACHE_BYTES: {
    means: 'Memory for each cache of repeated responses; 0 for no cache.',
    unit: 'bytes',
  },
  ASSAY_BREAKER_FEWEST_MEMBERS: {
    means: 'ASSAY_BREAKER_MOST_REMOVED_PERCENTAGE does not pause access profiles with fewer members.',
  },
  ASSAY_BREAKER_MOST_REMOVED_PERCENTAGE: {
    means:
      'A rule that would remove more than this share of the members at once pauses its access profile until somebody resumes it.',
    unit: 'percent',
  },
  ASSAY_CHANGE_SET_WAIT_SECONDS: {
    means: 'Change sets of a source that arrive within this time are combined and analysed once.',
    unit: 'seconds',
  },
  ASSAY_CONSOLE_FOLDER: { means: 'Folder of the built console.' },
  ASSAY_CLIENT_ID: {
    means:
      'API client as which commands call the platform, and the agent of "assay mcp". Not set: the administrator of the local platform.',
  },
  ASSAY_CLIENT_SECRET: { means: 'The secret of ASSAY_CLIENT_ID.', isSecret: true },
  ASSAY_DATABASE_CONNECTIONS: {
    means:
      'Connections to the database for calls, in mining-worker for jobs. A service answers that many calls at once. "assay connections" adds up the connections of a deployment.',
  },
  ASSAY_DATABASE_DIRECT_URL: {
    means: 'With a pooler such as PgBouncer: the address of the server itself, with the same login.',
    isSecret: true,
  },
  ASSAY_DATABASE_PREPARE: {
    means:
      'Whether statements are prepared. Not set: yes, unless ASSAY_DATABASE_DIRECT_URL is set, since there is a pooler then.',
  },
  ASSAY_DATABASE_WAIT_MS: {
    means: 'How long a call waits for a free connection to the database before it is refused with 503 (UNAVAILABLE).',
    unit: 'milliseconds',
  },
  ASSAY_DATA_DIRECTORY: { means: 'Embedded PostgreSQL and local credentials of "npm start".' },
  ASSAY_HOST: { means: 'The address to listen at.' },
  ASSAY_HSTS_SECONDS: {
    means:
      '"max-age" of Strict-Transport-Security over TLS; 0 sends none. Browsers then refuse plain HTTP for all ports of that host name.',
    unit: 'seconds',
  },
  ASSAY_IAI_SESSIONS_URL: { means: 'Base URL of the session service.' },
  ASSAY_INTERNAL_SECRET: {
    means: 'Secret with which services authenticate their calls to each other; the same for all.',
    isSecret: true,
  },
  ASSAY_KEY_DECRYPTION_KEY: {
    means:
      'The previous ASSAY_KEY_ENCRYPTION_KEY: decrypts signing keys and other secrets until "keys re-encrypt" has run.',
    isSecret: true,
  },
  ASSAY_KEY_ENCRYPTION_KEY: {
    means: 'Encrypts signing keys in the database; the same for all gateways.',
    isSecret: true,
  },
  ASSAY_LEAST_BYTES_PER_SECOND: {
    means: 'Minimum average rate of a request body over ASSAY_PEER_IDLE_SECONDS. The same in all processes.',
    unit: 'bytes a second',
  },
  ASSAY_LOGIN_FAILURES: {
    means:
      'Failed logins of one client from one address in a minute; ten times as many for all clients of an address; 0 for no limit. Each gateway counts separately.',
  },
  ASSAY_LOG_CALLS_PERCENT: {
    means:
      'Share of the successful calls that are logged; the same calls in all processes. Calls that fail by a fault of the server are always logged.',
    unit: 'percent',
  },
  ASSAY_LOG_LEVEL: { means: 'Which lines are logged. "npm start" uses warn when it is not set.' },
  ASSAY_MAX_MESSAGE_BYTES: {
    means: 'Maximum size of one message or REST body. Files are streamed and have other limits.',
    unit: 'bytes',
  },
  ASSAY_METRICS_HOST: {
    means: 'Where to listen for Prometheus. Anyone who can connect reads metrics without a token.',
  },
  ASSAY_METRICS_PORT: {
    means: 'The port of /metrics. "npm start" uses free ports, or this one and the next three.',
  },
  ASSAY_MINING_THREADS: { means: 'Threads that mine; 0 for one for each processor.' },
  ASSAY_MINING_URL: { means: 'Base URL of the mining service.' },
  ASSAY_MOST_CALLS: {
    means: 'Upper limit for open calls to each service. The limit in effect adapts to the capacity of the service.',
  },
  ASSAY_MOST_STREAMS: { means: 'Uploads, downloads and watches at once, of all tenants.' },
  ASSAY_MOST_TENANT_STREAMS: { means: 'Uploads, downloads and watches at once, of one tenant.' },
  ASSAY_OUTBOUND_NETWORKS: {
    means: 'Private networks and addresses that requests to other servers may reach, also by plain http.',
  },
  ASSAY_PEER_IDLE_SECONDS: {
    means:
      'How long the body of a request may pause; a client that reads a response may pause four times as long. The same in all processes.',
    unit: 'seconds',
  },
  ASSAY_PLAIN_CONNECT: {
    means: "Uses Connect's own code for calls between processes: slower, for finding faults.",
  },
  ASSAY_PORT: { means: 'The port to listen at; 0 for a free one.' },
  ASSAY_PUBLIC_HOSTS: {
    means:
      'Addresses that clients use for the gateway, separated by commas; client ids contain the first. Clients sign assertions for one of them, or for the host in the client id. Not set: the address where it listens.',
  },
  ASSAY_PUBLIC_URL: {
    means:
      'The address that browsers use for the console, with the path that a proxy removes. Not set: the address in their requests, without a path; then sign-in through an identity provider is off.',
  },
  ASSAY_QUEUE_CONNECTIONS: {
    means:
      'Connections to the database with which a process takes jobs, reports their progress, and completes them. The queue uses three more in each process: one that listens, two for schedules.',
  },
  ASSAY_RETENTION_ANALYSES_DAYS: {
    means: 'Age at which custom analyses are removed, and role models that do not follow the data; 0 for never.',
    unit: 'days',
  },
  ASSAY_RETENTION_CHANGE_SETS_DAYS: {
    means: 'How long the request id of a change set is stored; 0 for permanently.',
    unit: 'days',
  },
  ASSAY_RETENTION_DELIVERIES_DAYS: {
    means: 'Age, from their end, at which deliveries of events are removed; 0 for never.',
    unit: 'days',
  },
  ASSAY_RETENTION_DISMISSALS_DAYS: {
    means:
      'Age, from the decision or a later end, at which dismissals of suggestions are removed; then the same suggestion can be proposed again; 0 for never.',
    unit: 'days',
  },
  ASSAY_RETENTION_IMPORTS_DAYS: {
    means: 'Age at which finished imports and loads are removed, if nothing in force refers to them; 0 for never.',
    unit: 'days',
  },
  ASSAY_RETENTION_PUBLICATIONS_DAYS: {
    means: 'Age at which publications are removed that later ones have replaced; 0 for never.',
    unit: 'days',
  },
  ASSAY_RETENTION_RUNS_DAYS: {
    means: 'Age at which runs without a suggestion are removed; 0 for never.',
    unit: 'days',
  },
  ASSAY_RETENTION_SESSIONS_DAYS: {
    means: 'Days after its last change at which an unsaved session is removed; 0 for never.',
    unit: 'days',
  },
  ASSAY_RETENTION_TASKS_DAYS: {
    means: 'Days after its decision at which a task is removed; 0 for never.',
    unit: 'days',
  },
  ASSAY_RETENTION_TASK_OUTCOMES_DAYS: {
    means: 'Age at which the outcome of a task is removed that ended before the response to its caller; 0 for never.',
    unit: 'days',
  },
  ASSAY_S3_BUCKET: {
    means:
      "Bucket for asynchronous exports; credentials are read as AWS's tools read them. Not set: exports are stored in the database.",
  },
  ASSAY_S3_ENDPOINT: { means: 'URL of an object storage other than AWS with the S3 API.' },
  ASSAY_S3_REGION: { means: 'Region of the bucket.' },
  ASSAY_SAILPOINT_RATE_LIMIT: {
    means:
      "Calls that one client may make to one version of this vendor's API within 10 seconds, all gateways together; 0 for no limit.",
  },
  ASSAY_SECRETS_DIRECTORY: { means: 'Folder of named secrets for other servers, each a file NAME.json.' },
  ASSAY_SESSION_WAITING_LIMITS: { means: 'Jobs of one tenant that may wait, by kind (docs/limits.md).' },
  ASSAY_SMTP_FROM: { means: 'Sender of mails.' },
  ASSAY_SMTP_URL: { means: 'Mail server. Not set: no mail is sent, and the log says so.', isSecret: true },
  ASSAY_SNAPSHOT_CACHE_BYTES: {
    means:
      'Memory for snapshots of tenants, about 7 bytes a grant; the one used last stays, whatever its size. If the tenants of a process need more, each call may wait until a snapshot is loaded.',
    unit: 'bytes',
  },
  ASSAY_STOP_PAUSE_SECONDS: {
    means:
      'How long a process still serves after SIGTERM, while /readyz says that it is not ready, so that load balancers notice. "npm start" uses 0 when it is not set.',
    unit: 'seconds',
  },
  ASSAY_TEMP_DIRECTORY: {
    means:
      "Folder for temporary files: standard input, archives within archives, responses of SCIM servers, compositions, archives of publications. Not set: the system's.",
  },
  ASSAY_TLS_CERT: {
    means: "PEM file of the chain, the server's certificate first. The process uses renewed files within seconds.",
  },
  ASSAY_TLS_KEY: { means: 'PEM file of the key, without a password.' },
  ASSAY_TLS_ONLY: { means: 'Whether the public port refuses plain HTTP. Not set: yes, if there is a certificate.' },
  ASSAY_TRUST_PROXY: {
    means:
      'Trusted proxies in front. Their X-Forwarded-For names the caller; their X-Forwarded-Proto and X-Forwarded-Host are used for URLs in responses. true trusts every peer.',
  },
  ASSAY_URL: {
    means:
      'The address of the gateway that commands call, with ASSAY_CLIENT_ID and ASSAY_CLIENT_SECRET. Not set: where "npm start" listens.',
  },
  ASSAY_WAITING_LIMITS: { means: 'Jobs of one tenant that may wait, by kind (docs/limits.md).' },
  ASSAY_WEBHOOK_KEY: {
    means:
      'Decrypts the signing secrets of webhooks; the same for all mining workers. Not set: this worker delivers no events.',
    isSecret: true,
  },
  ASSAY_WORKER_NICENESS: {
    means: 'Niceness of mining threads: how far they yield to other work in their session and control group (Linux).',
  },
  OTEL_BSP_EXPORT_TIMEOUT: { means: 'How long sending one batch of spans may take.', unit: 'milliseconds' },
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: { means: 'Spans that are sent at once.' },
  OTEL_BSP_MAX_QUEUE_SIZE: { means: 'Spans that wait to be sent; more are dropped.' },
  OTEL_BSP_SCHEDULE_DELAY: { means: 'How long spans wait before they are sent together.', unit: 'milliseconds' },
  OTEL_EXPORTER_OTLP_CERTIFICATE: { means: 'Certificates of the authorities that verify the collector.' },
  OTEL_EXPORTER_OTLP_COMPRESSION: { means: 'Whether spans are compressed. Not set: they are not.' },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    means: 'The OpenTelemetry collector; spans are sent to its /v1/traces. Not set: tracing is off.',
  },
  OTEL_EXPORTER_OTLP_HEADERS: { means: 'Headers of requests to the collector, such as a token.', isSecret: true },
  OTEL_EXPORTER_OTLP_PROTOCOL: { means: 'The protocol of the collector; there is only one.' },
  OTEL_EXPORTER_OTLP_TIMEOUT: { means: 'How long a request to the collector may take.', unit: 'milliseconds' },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    means: 'Where spans are sent, with the path; has priority over OTEL_EXPORTER_OTLP_ENDPOINT.',
  },
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: {
    means: 'Like OTEL_EXPORTER_OTLP_HEADERS, only for spans; has priority over it.',
    isSecret: true,
  },
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: { means: 'Like OTEL_EXPORTER_OTLP_PROTOCOL, only for spans.' },
  OTEL_RESOURCE_ATTRIBUTES: {
    means: 'Attributes of this process in its spans, such as deployment.environment.name=production.',
  },
  OTEL_SDK_DISABLED: { means: 'Switches tracing off, whatever else is set.' },
  OTEL_SERVICE_NAME: { means: 'The name of this process in traces. Not set: assay-gateway, assay-mining and so on.' },
  OTEL_TRACES_EXPORTER: {
    means: 'none switches tracing off; otlp switches it on, to http://localhost:4318 if no endpoint is set.',
  },
  OTEL_TRACES_SAMPLER: {
    means:
      'Which traces are sampled. parentbased_traceidratio samples the share OTEL_TRACES_SAMPLER_ARG, and all traces that a caller samples (docs/operating.md).',
  },
  OTEL_TRACES_SAMPLER_ARG: { means: 'The share of traces for the ratio samplers.' },
}

/** The variables of tests and benchmarks. */
const ofTests = /^ASSAY_TEST_/

/** Variables with the prefix of Assay's that no process reads: a misspelt name is reported, because the default applies instead. */
export function unknownVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set(
    Object.entries(variables).flatMap(([name, { isSecret }]) => (isSecret ? [name, fileVariable(name)] : [name])),
  )
  return Object.keys(environment)
    .filter((name) => name.startsWith('ASSAY_') && !known.has(name) && !ofTests.test(name))
    .sort()
}
