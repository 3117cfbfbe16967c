import type { ClientDialect, ClientLogin } from '@assay/auth'
import type { Logger, NodeHandler, NodeRequest, Setting } from '@assay/server'
import type { ErrorRenderer, FieldLimits, MountDescription, MountOptions, PublishedCall } from '@assay/transcoding'
import type { DescEnum, DescField, DescMessage } from '@bufbuild/protobuf'
import type { ServedService } from './served-service.ts'

/**
 * One API that the public port speaks: a vendor's, or Assay's own. Everything that is particular to it is in its object, so
 * that an API is added by one folder and one line in `all-dialects.ts`. The objects are read when a process starts; a call
 * meets tables that were made of them.
 */
export interface ApiDialect {
  /** Whose API it is, for people. */
  readonly title: string
  /** Its services in the order of the documents, with the access that each call needs. */
  readonly services: readonly ServedService[]
  /** How its clients prove themselves, and what their tokens are; undefined where the clients of other APIs call it. */
  readonly clients?: ClientDialect
  /** Paths besides the calls that answer everybody without a token, such as the token endpoint. */
  readonly endpoints: readonly OpenEndpoint[]
  readonly rest: RestForm
  readonly limit?: CallLimitForm
  /**
   * Replaces the domain's names of fields by the API's, in the path of a field or the message of an error. Text in quotation
   * marks is the caller's own and stays. Undefined: the names are the same.
   */
  readonly fieldName?: (domainText: string) => string
  readonly description: DialectDescription
}

interface OpenEndpoint {
  readonly path: string
  serve(context: EndpointContext): NodeHandler
}

/** What an endpoint besides the calls works with. */
export interface EndpointContext {
  /** Where the caller proves itself; to be asked before the body is read, while the connection is there. Throws DomainErrors, resource_exhausted with `metadata.retryAfterSeconds` among them. */
  loginOf(request: NodeRequest): ClientLogin
  readonly logger: Logger
  /** Addresses of ours that signed things may be made for, see `Assertion` of @assay/auth. */
  readonly publicHosts: readonly string[]
  /** Scheme, host and port by which the caller reached us. */
  baseUrlOf(request: NodeRequest): string
}

/** How its calls are served over REST. What is left out is as the transcoder has it: errors are google.rpc.Status. */
interface RestForm {
  /**
   * Members of a body and parameters of a query that our protos do not have. A vendor's clients may be newer than our protos,
   * so they are ignored there; members also over Connect with JSON.
   */
  readonly unknownMembers: 'ignore' | 'refuse'
  /** Calls over REST whose bodies are refused with unknown members all the same: an answer would look filtered and would not be. */
  readonly refusesUnknownOf?: NonNullable<MountOptions['refusesUnknownOf']>
  readonly describeField?: NonNullable<MountOptions['describeField']>
  readonly fieldSpellings?: NonNullable<MountOptions['fieldSpellings']>
  renderError?(logger: Logger): ErrorRenderer
  /**
   * First segments of this API's paths, with the version of the API that each stands for. Under them a path that nothing answers
   * is refused in this API's form, and calls are admitted and counted by version. Paths of another API that begin with the same
   * segment are that API's.
   */
  readonly versions?: Readonly<Record<string, string>>
  /** Looks at a request under one of `versions` after its caller is known. @param path as it is matched @throws DomainError to refuse it */
  admit?(request: NodeRequest, version: string, path: string): void
  /** All calls that the vendor publishes; those that no service of ours has are refused with 501, and not as unknown paths. */
  readonly published?: readonly PublishedCall[]
  /** Variables of path templates whose value may hold slashes that clients do not escape. */
  readonly variablesWithSlashes?: readonly string[]
}

/** At most so many calls of a client and version of the API in a window of time, over all processes of the gateway. */
interface CallLimitForm {
  /** The setting of the gateway with the number of calls, 0 for no limit. */
  readonly setting: Setting<number>
  readonly windowSeconds: number
  /** The version that calls by Connect, gRPC and gRPC-Web count with. */
  readonly rpcVersion: string
}

/** For the OpenAPI document. */
interface DialectDescription extends MountDescription {
  /** Where its clients get their tokens, as sentences. */
  readonly tokens?: string
  /** What holds for its calls, a list item each. */
  readonly notes?: readonly string[]
  readonly isOpenEnum?: (desc: DescEnum) => boolean
  /** Messages of which unknown members are refused. */
  readonly isClosed?: (desc: DescMessage) => boolean
  /** Limits that its services enforce and that no type says; undefined for none. */
  readonly limitsOf?: (field: DescField) => FieldLimits | undefined
}
