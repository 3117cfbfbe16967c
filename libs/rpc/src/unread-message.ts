import { type DescMessage, fromBinary, type Message } from '@bufbuild/protobuf'

/**
 * A message as it came over the wire: a proxy's handler of a unary rpc may answer it instead of the message
 * itself. Its JSON is then written from its bytes. Interceptors around such a handler cannot look into it.
 */
export class UnreadMessage implements Message {
  readonly $typeName: string
  readonly wire: Buffer

  /** @param wire must not change any more */
  constructor({ typeName }: DescMessage, wire: Buffer) {
    this.$typeName = typeName
    this.wire = wire
  }

  /** @throws if the bytes are not the wire format of the message */
  read(desc: DescMessage): Message {
    return fromBinary(desc, this.wire)
  }
}
