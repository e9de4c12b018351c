/// Where an expression stands; filters know no spanset operators.
enum Place { case filter, pipeline }
