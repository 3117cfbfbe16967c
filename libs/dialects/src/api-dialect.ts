import type { ClientDialect, ClientLogin } from '@assay/auth'
import type { Logger, NodeHandler, NodeRequest, Setting } from '@assay/server'
import type { ErrorRenderer, FieldLimits, MountDescription, MountOptions, PublishedCall } from '@assay/transcoding'
import type { DescEnum, DescField, DescMessage } from '@bufbuild/protobuf'
import type { ServedService } from './served-service.ts'

/**
 * One API of the public port: a vendor's, or Assay's own. Its object has everything specific to it, so that an API is added by
 * one folder and one line in `all-dialects.ts`. The objects are read when a process starts; calls use tables that are made from
 * them.
 */
export interface ApiDialect {
  /** The name of the API's owner, for people. */
  readonly title: string
  /** Its services in the order of the documents, with the access that each call requires. */
  readonly services: readonly ServedService[]
  /** The credentials and tokens of its clients; undefined if clients of other APIs call it. */
  readonly clients?: ClientDialect
  /** Further paths that need no token, such as the token endpoint. */
  readonly endpoints: readonly OpenEndpoint[]
  readonly rest: RestForm
  readonly limit?: CallLimitForm
  /**
   * Replaces the domain's names of fields by the API's names, in the path of a field or the message of an error. Text in
   * quotation marks is from the caller and does not change. Undefined: the names are the same.
   */
  readonly fieldName?: (domainText: string) => string
  readonly description: DialectDescription
}

interface OpenEndpoint {
  readonly path: string
  serve(context: EndpointContext): NodeHandler
}

/** What an endpoint needs. */
export interface EndpointContext {
  /**
   * The login for the caller's address. Call it before the body is read, while the connection exists. The login throws
   * DomainErrors, among them resource_exhausted with `metadata.retryAfterSeconds`.
   */
  loginOf(request: NodeRequest): ClientLogin
  readonly logger: Logger
  /** Our addresses for which signed texts may be made, see `Assertion` of @assay/auth. */
  readonly publicHosts: readonly string[]
  /** The scheme, host and port at which the caller reached us. */
  baseUrlOf(request: NodeRequest): string
}

/** How its calls are served over REST. Absent members have the transcoder's defaults: errors are google.rpc.Status. */
interface RestForm {
  /**
   * What to do with members of a body and query parameters that our protos do not have. A vendor's clients may be newer than
   * our protos, so they are ignored there; members also over Connect with JSON.
   */
  readonly unknownMembers: 'ignore' | 'refuse'
  /** Calls that refuse bodies with unknown members nevertheless, because their responses would wrongly look filtered. */
  readonly refusesUnknownOf?: NonNullable<MountOptions['refusesUnknownOf']>
  readonly describeField?: NonNullable<MountOptions['describeField']>
  readonly fieldSpellings?: NonNullable<MountOptions['fieldSpellings']>
  renderError?(logger: Logger): ErrorRenderer
  /**
   * The first segments of this API's paths, each with its version of the API. Under these segments, an unknown path is refused
   * in the form of this API, and calls are admitted and counted by version. If another API has paths with the same first
   * segment, these belong to that API.
   */
  readonly versions?: Readonly<Record<string, string>>
  /**
   * Checks a request under one of `versions` after its caller is known.
   * @param path the path as it is matched
   * @throws DomainError to refuse it
   */
  admit?(request: NodeRequest, version: string, path: string): void
  /** All calls that the vendor publishes. Those that none of our services has are refused with 501, and not as unknown paths. */
  readonly published?: readonly PublishedCall[]
  /** Variables of path templates whose values may contain slashes that clients do not escape. */
  readonly variablesWithSlashes?: readonly string[]
}

/** A limit of the calls of a client and version of the API in a window of time, over all processes of the gateway. */
interface CallLimitForm {
  /** The setting of the gateway with the number of calls, 0 for no limit. */
  readonly setting: Setting<number>
  readonly windowSeconds: number
  /** The version for calls by Connect, gRPC and gRPC-Web. */
  readonly rpcVersion: string
}

/** The dialect's part of the OpenAPI document. */
interface DialectDescription extends MountDescription {
  /** A text that says where its clients get their tokens. */
  readonly tokens?: string
  /** Notes about its calls, one list item each. */
  readonly notes?: readonly string[]
  readonly isOpenEnum?: (desc: DescEnum) => boolean
  /** Messages whose unknown members are refused. */
  readonly isClosed?: (desc: DescMessage) => boolean
  /** Limits that its services enforce and that the types do not show; undefined for none. */
  readonly limitsOf?: (field: DescField) => FieldLimits | undefined
}
