/// Returns a 64-bit hash of bytes, which takes eight bytes in each step. It is not a cryptographic hash.
func hashOfBytes(_ bytes: some RandomAccessCollection<UInt8>) -> UInt64 {
  bytes.withContiguousStorageIfAvailable { buffer in
    let raw = UnsafeRawBufferPointer(buffer)
    var value: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(raw.count)
    var index = 0
    while index + 8 <= raw.count {
      value = combineHash(value, raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index += 8
    }
    while index < raw.count {
      value = combineHash(value, UInt64(raw[index]))
      index += 1
    }
    return value
  } ?? hashOfBytes(Array(bytes))
}

/// Mixes a word into a hash.
func combineHash(_ hash: UInt64, _ word: UInt64) -> UInt64 {
  let value = (hash ^ word) &* 0x9fb2_1c65_1e98_df25
  return value ^ value >> 29
}
