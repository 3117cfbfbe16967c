import {
  type ServerReflection,
  type ServerReflectionRequest,
  ServerReflectionResponseSchema,
} from '@assay/contracts/grpc/reflection/v1/reflection_pb'
import {
  create,
  createRegistry,
  type DescExtension,
  type DescFile,
  type DescService,
  type MessageInitShape,
  type Registry,
  toBinary,
} from '@bufbuild/protobuf'
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt'
import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect'

type Answer = NonNullable<MessageInitShape<typeof ServerReflectionResponseSchema>['messageResponse']>

/** Reflection answers from the descriptors of the given services alone: what is not served is not told. */
export function reflectionService(services: readonly DescService[]): ServiceImpl<typeof ServerReflection> {
  const catalogue = new Catalogue(services)
  return {
    async *serverReflectionInfo(requests) {
      for await (const request of requests) {
        yield create(ServerReflectionResponseSchema, {
          validHost: request.host,
          originalRequest: request,
          messageResponse: catalogue.answer(request.messageRequest),
        })
      }
    },
  }
}

class Catalogue {
  readonly #services: readonly DescService[]
  readonly #files = new Map<string, DescFile>()
  readonly #extensions: DescExtension[] = []
  readonly #registry: Registry

  constructor(services: readonly DescService[]) {
    this.#services = services
    for (const service of services) this.#add(service.file)
    const files = [...this.#files.values()]
    this.#extensions = files.flatMap((file) => file.extensions)
    this.#registry = createRegistry(...files)
  }

  #add(file: DescFile): void {
    if (this.#files.has(file.name)) return
    this.#files.set(file.name, file)
    for (const dependency of file.dependencies) this.#add(dependency)
  }

  /** Unknown names are answers of the protocol, not errors of the call: the stream goes on. */
  answer(question: ServerReflectionRequest['messageRequest']): Answer {
    switch (question.case) {
      case 'listServices': {
        const service = this.#services.map(({ typeName }) => ({ name: typeName }))
        return { case: 'listServicesResponse', value: { service } }
      }
      case 'fileByFilename':
        return found(this.#files.get(question.value.replace(/\.proto$/, '')), question.value)
      case 'fileContainingSymbol':
        return found(this.#fileOf(question.value), question.value)
      case 'fileContainingExtension': {
        const { containingType, extensionNumber } = question.value
        const extension = this.#extensions.find(
          (one) => one.extendee.typeName === containingType && one.number === extensionNumber,
        )
        return found(extension?.file, `${containingType} [${extensionNumber}]`)
      }
      case 'allExtensionNumbersOfType': {
        const extensionNumber = this.#extensions
          .filter((one) => one.extendee.typeName === question.value)
          .map((one) => one.number)
        return { case: 'allExtensionNumbersResponse', value: { baseTypeName: question.value, extensionNumber } }
      }
      case undefined:
        throw new ConnectError('message_request: set one of its members', Code.InvalidArgument)
    }
  }

  /** A symbol is a type, a service, an enum, or a member of one (`package.Service.Method`). */
  #fileOf(symbol: string): DescFile | undefined {
    const direct = this.#registry.get(symbol)
    if (direct !== undefined) return direct.file
    return this.#registry.get(symbol.slice(0, Math.max(0, symbol.lastIndexOf('.'))))?.file
  }
}

function found(file: DescFile | undefined, name: string): Answer {
  if (file === undefined) {
    return { case: 'errorResponse', value: { errorCode: Code.NotFound, errorMessage: `"${name}" is not known here` } }
  }
  const fileDescriptorProto = [toBinary(FileDescriptorProtoSchema, file.proto)]
  return { case: 'fileDescriptorResponse', value: { fileDescriptorProto } }
}
