let greeting = "Hej3"
