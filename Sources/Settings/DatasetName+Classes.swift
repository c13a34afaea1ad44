extension DatasetName {
  static let digitClasses = (0...9).map(String.init)
  static let letterClasses = characters("abcdefghijklmnopqrstuvwxyz")

  /// The order of EMNIST's mapping files, which merges lower-case letters that look like their capitals.
  static let balancedClasses = characters("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt")

  /// KMNIST's hiragana (お き す つ な は ま や れ を), romanized.
  static let kanaClasses = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]

  static let cifar100Classes = words(
    """
    apple aquarium-fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can
    castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin
    elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn-mower leopard lion lizard
    lobster man maple-tree motorcycle mountain mouse mushroom oak-tree orange orchid otter palm-tree pear
    pickup-truck pine-tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal
    shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet-pepper table tank
    telephone television tiger tractor train trout tulip turtle wardrobe whale willow-tree wolf woman worm
    """)

  static let cifar100Superclasses = words(
    """
    aquatic-mammals fish flowers food-containers fruit-and-vegetables household-electrical-devices
    household-furniture insects large-carnivores large-man-made-outdoor-things large-natural-outdoor-scenes
    large-omnivores-and-herbivores medium-mammals non-insect-invertebrates people reptiles small-mammals trees
    vehicles-1 vehicles-2
    """)

  private static func characters(_ text: String) -> [String] { text.map(String.init) }

  private static func words(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
